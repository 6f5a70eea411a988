// Names of the city's minority populations, written for this project; the order in a list is the rank.
#include "sample/names.h"

namespace wensum::sample {

std::string_view GroupNames(NameGroup group, NameList list) {
  constexpr int kForename = 0;
  static constexpr std::string_view kLists[][3] = {
      // Muslim families of South Asian, Turkish and Arab origin.
      {"Mohammed Muhammad Ahmed Ali Abdul Hassan Hussain Ibrahim Yusuf Omar Imran Bilal Hamza Usman Tariq Khalid Zahid "
       "Asif Kamran Nadeem Rashid Shahid Javed Iqbal Faisal Waqas Adnan Amir Arif Farhan Haroon Idris Ismail Junaid "
       "Kashif "
       "Mahmoud Mustafa Mehmet Emre Karim Nasir Naveed Rizwan Saeed Salman Shafiq Sohail Tahir Umar Yasin Zain Zubair",
       "Fatima Aisha Khadija Maryam Zainab Amina Ayesha Nadia Sadia Samina Shazia Nasreen Rukhsana Yasmin Farah Hafsa "
       "Sumaya Noor Safiya Iqra Mariam Layla Leila Naila Nazia Parveen Rabia Razia Rehana Robina Saima Salma Sana "
       "Shabana "
       "Shaheen Sofia Tahira Uzma Zahra Zara Zeynep Elif Emine Hatice Bushra Fareeda Humaira Kulsoom Mehwish Rifat",
       "Khan Ahmed Hussain Ali Begum Akhtar Malik Mahmood Rahman Hassan Miah Uddin Islam Iqbal Bibi Choudhury Mohammed "
       "Shah Sheikh Aslam Mirza Qureshi Butt Chaudhry Siddiqui Raja Rashid Hamid Abbas Hossain Khatun Sultana "
       "Chowdhury "
       "Alam Anwar Ashraf Aziz Baig Bashir Farooq Haider Hanif Ibrahim Ismail Javed Karim Latif Nawaz Rafiq Saeed "
       "Saleem "
       "Yilmaz Demir Kaya \u00d6zt\u00fcrk \u015eahin Yusuf Omar Warsame Abdi Abdullahi Noor Al-Hassan El-Sayed Zaman"},
      // Hindu and Sikh families.
      {"Raj Sanjay Amit Vijay Rahul Rohan Arjun Anil Ashok Deepak Dinesh Gurpreet Harjit Harpreet Jaspal Jaswinder "
       "Kiran "
       "Kuldeep Manish Manjit Mohan Mukesh Naresh Nikhil Nitin Paramjit Pradeep Prakash Rajesh Rajinder Rakesh Ramesh "
       "Ravi "
       "Sandeep Satnam Sukhdev Sunil Suresh Surinder Vikram Vinod Aarav Dev Krishna Balbir Arun Ajay Karan Neel Jay "
       "Hari",
       "Priya Anita Sunita Meena Kavita Deepa Asha Anjali Rekha Usha Geeta Harpreet Jaswinder Kiran Kulwinder Manjit "
       "Neha Nisha Parminder Pooja Rajinder Ravinder Sandeep Sangita Seema Shanti Simran Sita Sonia Sukhjit Surinder "
       "Sushma "
       "Urmila Varsha Vidya Aanya Anika Diya Jasmine Ishani Jyoti Lakshmi Leela Maya Nalini Reena Roshni Shreya Tara "
       "Veena",
       "Patel Singh Kaur Shah Sharma Desai Mehta Gill Sandhu Dhillon Kumar Joshi Chauhan Sidhu Parmar Mistry Bhatt Rao "
       "Reddy Gupta Kapoor Malhotra Chopra Bains Grewal Johal Dhaliwal Nair Menon Iyer Das Ghosh Banerjee Mukherjee "
       "Sen Bose "
       "Bhatia Chandra Khanna Lal Mistry Modi Naik Pandya Pillai Rai Raval Sahota Sangha Sehgal Solanki Thakur Trivedi "
       "Virdi"},
      // Families of West, East and Southern African and Caribbean origin.
      {"Emmanuel Samuel Daniel Kwame Kofi Kwasi Yaw Oluwaseun Babatunde Chinedu Emeka Ikenna Tunde Ayodele Adewale "
       "Segun "
       "Oluwaseyi Chukwuemeka Obinna Uche Abiodun Femi Kelechi Tendai Tafadzwa Farai Simba Winston Leroy Delroy Errol "
       "Clyde "
       "Kojo Nana Kwabena Prince Blessing Gift Joseph David Michael Isaac Moses Elijah Desmond Marlon Jermaine Tyrone "
       "Kwesi",
       "Grace Blessing Mercy Abena Akua Ama Efua Adwoa Ngozi Chioma Amaka Ifeoma Nkechi Folake Yetunde Titilayo Bukola "
       "Funmilayo Adaeze Oluwatoyin Temitope Tendai Rudo Chipo Rutendo Nyasha Tatenda Precious Patience Comfort Esther "
       "Ruth "
       "Marcia Beverley Sonia Yvonne Claudette Merlene Hyacinth Shanice Ebony Aaliyah Zuri Imani Amara Esi Afua Gifty "
       "Joy",
       "Mensah Owusu Boateng Osei Asante Appiah Okafor Okeke Adeyemi Adebayo Okoro Eze Nwosu Obi Ogunleye Balogun "
       "Afolabi "
       "Moyo Ncube Ndlovu Dube Sibanda Mutasa Campbell Grant Francis Powell Gordon Joseph Charles Baptiste Williams "
       "Brown "
       "Clarke Morrison Amoah Agyeman Danso Frimpong Acheampong Bello Ibrahim Lawal Oyelaran Adeleke Chukwu Nnamdi "
       "Uzoma "
       "Mwangi Kamau Otieno Achieng Tesfaye Haile Diallo Bah Conteh Kamara Sesay Koroma Mukasa Okello Banda Phiri "
       "Zulu"},
      // Families of Polish, Lithuanian, Romanian and other East European origin.
      {"Piotr Krzysztof Andrzej Tomasz Pawe\u0142 Micha\u0142 Marcin Grzegorz Jan Jakub Adam \u0141ukasz Mateusz Kamil "
       "Wojciech "
       "Dawid Rafa\u0142 Marek Robert Dariusz Zbigniew Stanis\u0142aw Jerzy Tadeusz Mariusz Bart\u0142omiej Sebastian "
       "Szymon Filip "
       "Aleksander Andrei Ion Alexandru Mihai Florin Cristian Mantas Tomas Darius Vytautas Jonas Ivan Dmitri Sergei "
       "Viktor "
       "Georgi Dimitar Nikolai L\u00e1szl\u00f3 Istv\u00e1n Zolt\u00e1n Jaroslav Milan Marek",
       "Anna Maria Katarzyna Ma\u0142gorzata Agnieszka Barbara Ewa Krystyna El\u017cbieta Magdalena Monika Joanna "
       "Aleksandra "
       "Natalia Julia Zuzanna Karolina Paulina Justyna Beata Dorota Renata Iwona Halina Jadwiga Jolanta Gra\u017cyna "
       "Bo\u017cena "
       "Weronika Kinga Sylwia Ioana Elena Andreea Mihaela Alina Daiva Rasa Jurgita Ieva Olga Tatiana Svetlana Irina "
       "Oksana "
       "Daniela Petra Zsuzsanna Eszter Ludmila Milena Ivana",
       "Nowak Kowalski Wi\u015bniewski W\u00f3jcik Kowalczyk Kami\u0144ski Lewandowski Zieli\u0144ski Szyma\u0144ski "
       "Wo\u017aniak D\u0105browski "
       "Koz\u0142owski Jankowski Mazur Kwiatkowski Krawczyk Kaczmarek Piotrowski Grabowski Zaj\u0105c Paw\u0142owski "
       "Michalski Kr\u00f3l "
       "Wieczorek Jab\u0142o\u0144ski Wr\u00f3bel Nowakowski Majewski Olszewski Stępień Malinowski Jaworski Adamczyk "
       "Dudek Popescu "
       "Ionescu Popa Radu Dumitru Stan Stoica Munteanu Kazlauskas Jankauskas Petrauskas Stankevi\u010dius Ivanov "
       "Petrov Dimitrov "
       "Georgiev Horv\u00e1th Nagy Szab\u00f3 T\u00f3th Nov\u00e1k Svoboda Dvo\u0159\u00e1k Kov\u00e1\u010d Shevchenko "
       "Bondarenko Kovalenko Melnyk"},
      // Families of Chinese, Vietnamese, Filipino and Thai origin.
      {"Wei Ming Jun Chun Kwok Wai Chi Ka-Ming Kin Man Yiu Hoi Siu Tak Wing Kit Jian Lei Hao Bo Feng Gang Jie Kai Lin "
       "Peng "
       "Tao Xin Yang Yong Minh Duc Hung Nam Quang Tuan Jose Ramon Ernesto Somchai Kevin Jason Raymond Eric Vincent "
       "Alvin",
       "Mei Ling Xiu Li Yan Fang Jing Hui Ying Wai Suk Siu-Ling Yuk Pui Lai Hoi Ka-Yan Wing Xiaoyan Na Juan Min Hong "
       "Lan Yu "
       "Thi Linh Hoa Huong Mai Ngoc Thao Maria Rosario Luz Imelda Siriporn Fiona Winnie Vivian Jenny Amy Grace Cindy "
       "Joyce",
       "Chan Wong Li Chen Wang Lee Zhang Liu Cheung Lam Ho Ng Leung Tang Yang Huang Wu Zhao Zhou Xu Sun Ma Zhu Hu Guo "
       "Lin "
       "Tsang Lau Yeung Chow Kwok Fung Mak Yip Tse Nguyen Tran Le Pham Hoang Vu Dang Santos Reyes Cruz Garcia Bautista "
       "Ocampo"},
      // Families of Portuguese, Spanish, Italian, French, German and Greek origin.
      {"Jos\u00e9 Jo\u00e3o Ant\u00f3nio Manuel Carlos Paulo Pedro Rui Miguel Jorge Luis Andr\u00e9 S\u00e9rgio "
       "F\u00e1bio Francisco Javier "
       "Alejandro Giuseppe Giovanni Antonio Marco Luca Matteo Salvatore Fran\u00e7ois Jean-Luc Pierre \u00c9tienne "
       "J\u00fcrgen Klaus Hans "
       "Stefan Matthias Georgios Nikos Dimitrios Kostas Andreas Ra\u00fal Tom\u00e1s Diego Enrique Lorenzo Ren\u00e9 "
       "Guillaume Bj\u00f6rn",
       "Maria Ana In\u00eas Sofia Beatriz Mariana Cristina Teresa Catarina Concei\u00e7\u00e3o F\u00e1tima Isabel "
       "Luc\u00eda Carmen Pilar "
       "Bego\u00f1a Giulia Francesca Chiara Alessandra Rosa Lucia H\u00e9l\u00e8ne Am\u00e9lie Chlo\u00e9 C\u00e9line "
       "Brigitte Ana\u00efs Ursula Heike "
       "Katrin Sabine Eleni Georgia Despina Sofia Katerina Marta N\u00faria Elisa Paola Silvia Z\u00e9lia Gra\u00e7a "
       "Ingrid Bj\u00f6rk",
       "Silva Santos Ferreira Pereira Oliveira Costa Rodrigues Martins Jesus Sousa Fernandes Gon\u00e7alves Gomes "
       "Lopes Marques "
       "Almeida Ribeiro Pinto Carvalho Teixeira Garc\u00eda Fern\u00e1ndez L\u00f3pez Mart\u00ednez S\u00e1nchez "
       "P\u00e9rez N\u00fa\u00f1ez Mu\u00f1oz Rossi Russo "
       "Ferrari Esposito Bianchi Romano Ricci Marino Greco Conti Dubois Lef\u00e8vre Moreau Fran\u00e7ois M\u00fcller "
       "Schmidt Schneider "
       "Weber Wagner K\u00f6nig Sch\u00e4fer Gro\u00df Papadopoulos Georgiou Christodoulou Andreou Nikolaou Vasiliou "
       "J\u00f8rgensen Hansen"},
  };
  const int row = static_cast<int>(group) - 1;
  const int column = list == NameList::kMale ? kForename : list == NameList::kFemale ? 1 : 2;
  return kLists[row][column];
}

}  // namespace wensum::sample
